"""Services (速来办): what residents and enterprises ask for, from the report to the answer and its rating.

Owns: requests, their photos, the keys of programs that report. Promises: a request opens exactly one work order, and
whoever reported it finds it again by a code and four digits. Never shows a stranger more than where it stands and what
was answered; never keeps a word of it longer than its day.
"""
