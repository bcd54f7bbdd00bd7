from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("page/<uuid:business>/<int:rows>/<int:length>/", views.page),
    path("one/<uuid:key>/<int:length>/", views.one),
    path("list/<uuid:business>/", views.listed),
    path("create/<uuid:business>/", views.create),
]
