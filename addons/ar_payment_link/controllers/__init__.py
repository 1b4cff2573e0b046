from . import online, page
