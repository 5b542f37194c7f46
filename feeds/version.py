"""The version, read by the build and by the feeds' generator element."""

VERSION = "0.1.0"
