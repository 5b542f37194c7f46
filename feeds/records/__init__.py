"""Records: files on disk that become articles or rejections."""
