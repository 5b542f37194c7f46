"""Sites of other generators: recognised by their files, read as data, and never run."""
