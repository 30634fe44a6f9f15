"""Reports about listings and reviews, and what moderators decide."""
