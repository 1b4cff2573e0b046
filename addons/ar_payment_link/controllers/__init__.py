from . import check, online, page
