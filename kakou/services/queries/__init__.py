"""Reads of requests: for staff within their scope, for whoever reported by code and four digits, and for everybody."""
