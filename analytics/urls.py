from django.urls import path

from analytics.views import customers, dashboard, today

urlpatterns = [
    path("", today.today, name="home"),
    path("customers/<int:pk>/dismiss/", today.dismiss, name="dismiss"),
    path("promises/<int:pk>/done/", today.promise_done, name="promise_done"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", dashboard.customer, name="customer"),
]
