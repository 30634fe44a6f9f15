"""Firebase Hosting's edge: static files, headers and rewrites to functions, from `firebase.json`."""
