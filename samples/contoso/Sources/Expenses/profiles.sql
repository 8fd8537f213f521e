SELECT code, label FROM profile ORDER BY code
