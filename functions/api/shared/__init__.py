"""The page that a share link shows: a document without scripts, made on the server."""
