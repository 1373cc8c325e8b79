# A command that is not there, and help about one.
airy help phase || [ $? -eq 2 ]
airy phase file.h5
