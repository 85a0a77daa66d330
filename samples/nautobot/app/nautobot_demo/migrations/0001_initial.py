from django.db import migrations, models

class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='TaskRun',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.TextField(default='')),
                ('published', models.IntegerField(default=0)),
                ('started', models.IntegerField(default=0)),
                ('succeeded', models.IntegerField(default=0)),
                ('retried', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('first_published', models.DateTimeField(null=True)),
                ('last_started', models.DateTimeField(null=True)),
                ('last_ended', models.DateTimeField(null=True)),
            ],
        ),
    ]
