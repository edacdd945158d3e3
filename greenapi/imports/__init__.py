"""Bulk imports: rows by the thousand, taken in by one request and recorded by a worker beside the service."""
