# SPDX-License-Identifier: GPL-3.0-or-later
# `cmake --build BUILD --target package` makes airy_VERSION_ARCHITECTURE.deb of what is installed.
# scripts/check-deb tries it in a clean Debian.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME airy)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
string(REPLACE "-" "~" deb_stage "${AIRY_STAGE}") # 1.0.0~rc1 comes before 1.0.0
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}${deb_stage})
set(CPACK_PACKAGE_CONTACT "The airy developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bitshuffle, hdf5-filter-plugin, python3-h5py")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
