// Package directory knows who and where: territories, communes, schools with their dated figures, classes,
// people, homes and guardians.
//
// Identity (names, birth date, contacts, homes) is kept apart from the opaque person that every other
// table names, and is seen only inside the school, by its head and by the teacher of the class.
package directory
