"""Where the pages of People are, below `/b/<slug>/`."""

from django.urls import path

from desk.people import (
    arrivals,
    doors,
    editing,
    erasing,
    importing,
    lineage,
    listing,
    merging,
    person,
    resting,
    sent_by,
)

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/search/", listing.people_search, name="people_search"),
    path("people/new/", editing.person_new, name="person_new"),
    path("people/import/", importing.upload, name="people_import"),
    path("people/import/<uuid:id>/", importing.preview, name="people_import"),
    path("people/import/<uuid:id>/rows.csv", importing.bad_rows, name="people_import_bad_rows"),
    path("people/<uuid:id>/", person.person, name="person"),
    path("people/<uuid:id>/edit/", editing.person_edit, name="person_edit"),
    path("people/<uuid:id>/interactions/", person.interactions, name="person_interactions"),
    path("people/<uuid:id>/rest/", resting.rest, name="person_rest"),
    path("people/<uuid:id>/resume/", resting.resume, name="person_resume"),
    path("people/<uuid:id>/erase/", erasing.erase, name="person_erase"),
    path("people/<uuid:id>/merge/", merging.merge, name="person_merge"),
    path("people/<uuid:id>/renew-links/", doors.renew_links, name="person_renew_links"),
    path("people/who-brought/", lineage.who_brought_whom, name="people_who_brought"),
    path("people/<uuid:id>/lineage/", lineage.lineage, name="person_lineage"),
    path("people/<uuid:id>/lineage.svg", lineage.picture, name="person_lineage_picture"),
    path("people/<uuid:id>/source/", editing.person_source, name="person_source"),
    path("people/<uuid:id>/sent-by/", sent_by.person_sent_by, name="person_sent_by"),
    path("sent/", arrivals.someone_sent, name="someone_sent"),
]
