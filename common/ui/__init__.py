"""What pages are made of: navigation, forms, pages of lists, charts. No tables, no domain words."""
