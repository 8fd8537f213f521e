SELECT login, profile_code FROM account_profile ORDER BY login, profile_code
