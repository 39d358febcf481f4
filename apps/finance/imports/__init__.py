"""Bills as payment services export them: bytes in, lines and sums out, or one sentence that says what is wrong."""
