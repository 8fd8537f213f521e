SELECT login, employee_id, full_name, enabled FROM account ORDER BY login
