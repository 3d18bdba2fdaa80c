"""View as: an administrator looks at the pages as a role at a place, or an account, has them. Nothing can be changed.

Gates and menus open as they do for whoever is looked as; both walls stand where both may see, so that nobody sees more
by it than by himself. Who looks stays who he is: what the audit tells of a look is told of him.
"""
