"""An article's body, as written → HTML that is safe in any page, and what is lost on the way."""
