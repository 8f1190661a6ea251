"""Model providers: Anthropic's protocol and a local one without key or network, behind one interface."""
