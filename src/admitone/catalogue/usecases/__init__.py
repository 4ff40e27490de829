"""One use case, one file, one public function."""
