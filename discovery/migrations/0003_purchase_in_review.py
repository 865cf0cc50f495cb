from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0002_private_records"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("booked", False)),
                fields=["currency", "amount"],
                name="purchase_in_review",
            ),
        ),
    ]
