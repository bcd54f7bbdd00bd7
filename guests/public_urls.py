"""What people let a business publish: open to everybody, without a link of one's own."""

from django.urls import URLPattern, path

from guests import testimonials, wall_of_thanks

app_name = "public"

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/", testimonials.page, name="testimonials"),
    path("<slug:slug>/thanks/", wall_of_thanks.thanks, name="thanks"),
    path("<slug:slug>/wall/", testimonials.wall, name="wall"),
    path("<slug:slug>/photos/<uuid:key>/", testimonials.photo, name="photo"),
    path("<slug:slug>/testimonials.json", testimonials.as_json, name="testimonials_json"),
]
