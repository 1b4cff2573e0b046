from . import notice, print_batch, proof
