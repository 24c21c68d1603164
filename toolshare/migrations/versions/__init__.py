"""The steps that lead an older database to the present one."""
