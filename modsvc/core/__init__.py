"""The pure heart: facts go in, a decision comes out. No files, SQL, clock or chance."""
