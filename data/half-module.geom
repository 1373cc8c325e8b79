; Half a JUNGFRAU module, the beam in its middle: 256 rows of 1024 pixels of 75 um, 1.25 m away.
photon_energy = 9000 eV
clen = 1.25 m
res = 13333.333
adu_per_photon = 1
data = /data/JF01T01V01/data
dim0 = %
dim1 = ss
dim2 = fs
m0/min_fs = 0
m0/max_fs = 1023
m0/min_ss = 0
m0/max_ss = 255
m0/fs = +1.0x +0.0y
m0/ss = +0.0x +1.0y
m0/corner_x = -512.3
m0/corner_y = -128.2
