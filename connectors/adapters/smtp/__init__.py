"""Plain e-mail over one SMTP server, behind the `Helpdesk` protocol. No Django.

`message` writes the mail; `helpdesk` hands it over and says what is known of it.
"""
