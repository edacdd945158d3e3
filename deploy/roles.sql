-- The two roles of greenapi, made by the database's container when it makes its data.
-- greenapi owns the tables: it migrates and redacts. greenapi_app serves and loads; every migrate gives it its rights.
\getenv owner_password OWNER_PASSWORD
\getenv application_password APPLICATION_PASSWORD
CREATE ROLE greenapi LOGIN PASSWORD :'owner_password';
CREATE ROLE greenapi_app LOGIN PASSWORD :'application_password';
ALTER DATABASE greenapi OWNER TO greenapi;
-- Without a password nobody gets in as superuser from outside the container.
ALTER ROLE CURRENT_USER PASSWORD NULL;
