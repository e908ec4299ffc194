/** Which of RSS's and Atom's fields do Dublin Core and its terms stand in for? Names in order of preference. */

export const DC_TITLES = ['dc:title', 'dcterms:title'];
export const DC_SUMMARIES = ['dc:description', 'dcterms:abstract', 'dcterms:description'];
export const DC_CREATORS = ['dc:creator', 'dcterms:creator', 'dc:author'];
/** When it came out. */
export const DC_ISSUED = ['dcterms:issued', 'dcterms:created', 'dcterms:available'];
/** When it changed. */
export const DC_MODIFIED = ['dcterms:modified', 'dcterms:datesubmitted'];
/** Nobody says which of the two. */
export const DC_DATES = ['dc:date', 'dcterms:date'];
export const DC_LANGUAGES = ['dc:language', 'dcterms:language'];
