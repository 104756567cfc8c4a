"""What the black-box suites share: a plain HTTP client, the daemon under test, the runner, and its records."""
