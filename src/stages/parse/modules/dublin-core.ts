/** Which fields of Dublin Core are used in place of fields of RSS and Atom? Names in order of preference. */

export const DC_TITLES = ['dc:title', 'dcterms:title'];
export const DC_SUMMARIES = ['dc:description', 'dcterms:abstract', 'dcterms:description'];
export const DC_CREATORS = ['dc:creator', 'dcterms:creator', 'dc:author'];
/** Publishing date. */
export const DC_ISSUED = ['dcterms:issued', 'dcterms:created', 'dcterms:available'];
/** Date of the last change. */
export const DC_MODIFIED = ['dcterms:modified', 'dcterms:datesubmitted'];
/** Fields that may mean either date. */
export const DC_DATES = ['dc:date', 'dcterms:date'];
export const DC_LANGUAGES = ['dc:language', 'dcterms:language'];
