import paho.mqtt.client as mqtt


def new_client(name, **options):
    """paho 2 asks for the version of its callbacks, paho 1.6 has but one."""
    versions = getattr(mqtt, "CallbackAPIVersion", None)
    return mqtt.Client(*([versions.VERSION2] if versions else []), client_id=name, **options)
