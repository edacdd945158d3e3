"""What the API may not change within a version: two OpenAPI documents compared, in plain Python."""
