"""Bringing people in from a file: upload, preview, import, and the bad rows back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from contacts.imports.readers import READERS
from contacts.imports.services import bad_rows_csv, preview_file, run_import
from contacts.imports.table import UnreadableFile
from contacts.models import ContactImport
from desk.access import may_write
from desk.people.forms import UploadForm
from desk.requests import DeskRequest

SHOWN = 20


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: DeskRequest, slug: str) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                made = preview_file(
                    business=request.business,
                    data=file.read(),
                    file_name=file.name,
                    by=request.actor,
                    now=clock.now(),
                )
            except UnreadableFile as refusal:
                form.add_error("file", refusal.message)
            else:
                return redirect("desk:people_import", slug=slug, id=made.pk)
    return render(
        request,
        "desk/people/import.html",
        {"form": form, "readers": READERS},
        status=422 if form.is_bound else 200,
    )


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What would be imported; pressed, what was. Pressing again says that it is done."""
    contact_import = get_object_or_404(ContactImport, pk=id)
    if request.method == "POST":
        if contact_import.is_done:
            messages.info(request, "This file is imported already.")
        else:
            run_import(contact_import=contact_import, by=request.actor, now=clock.now())
        return redirect("desk:people_import", slug=slug, id=contact_import.pk)
    context = {
        "file": contact_import,
        "rows": contact_import.rows[:SHOWN],
        "more_rows": max(len(contact_import.rows) - SHOWN, 0),
        "problems": contact_import.problems[:SHOWN],
        "more_problems": max(len(contact_import.problems) - SHOWN, 0),
    }
    return render(request, "desk/people/import_preview.html", context)


@require_safe
def bad_rows(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The rows that cannot be imported, with the reason for each, to be mended and tried again."""
    contact_import = get_object_or_404(ContactImport, pk=id)
    # The mark at the start tells spreadsheets that it is UTF-8.
    answer = HttpResponse(
        "\ufeff" + bad_rows_csv(contact_import), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="not-imported.csv"'
    return answer
