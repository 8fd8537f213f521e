"""Vaults that settings may come from, asked by live commands: Azure Key Vault and CyberArk's Central Credential Provider."""
