# A command that is not there.
airy phase file.h5
