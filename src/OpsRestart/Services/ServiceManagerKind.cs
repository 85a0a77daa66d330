namespace OpsRestart;

/// <summary>The service manager that a managed service belongs to.</summary>
public enum ServiceManagerKind
{
    /// <summary>systemd: the service is a unit.</summary>
    Systemd,

    /// <summary>supervisord: the service is a program, or one process of a program group.</summary>
    Supervisor,

    /// <summary>None: the service is started, stopped and asked for by commands of its own, which its graph gives.</summary>
    Command,
}
