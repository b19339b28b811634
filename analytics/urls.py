from django.urls import path

from analytics.views import customers, dashboard

urlpatterns = [
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", dashboard.customer, name="customer"),
]
