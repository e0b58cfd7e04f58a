"""A lost password: a link in a letter, or a code that an officer hands over. allauth's own way asks for an address of
mail, which may be a couple's; here the citizen id is asked, and allauth's pages stay closed."""
