from django.urls import path

from crm.views import demo, notes, orders

urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/learn/", orders.order_learn, name="order_learn"),
    path("customers/<int:customer_pk>/notes/", notes.note_create, name="note_create"),
    path("customers/<int:customer_pk>/timeline/", notes.timeline, name="timeline"),
    path("demo/remove/", demo.demo_remove, name="demo_remove"),
]
