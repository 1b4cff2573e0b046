from . import print_batch
