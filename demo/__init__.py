"""The composition: demo organization, its data, its story, the pictures. Nothing imports it."""
