"""How every endpoint behaves: views, pagination, problems, representation, filters and schema."""
