"""Pure master data logic, in memory: no Django, no files, no clock, no unseeded chance."""
