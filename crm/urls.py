from django.urls import path

from crm.views import demo

urlpatterns = [
    path("demo/remove/", demo.demo_remove, name="demo_remove"),
]
