"""Who may do what: tokens, their scopes, and the roles that say how far a user's tokens reach. It knows no room."""
