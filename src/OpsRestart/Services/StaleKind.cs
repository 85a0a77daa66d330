namespace OpsRestart;

/// <summary>What a service stands on that can be newer than it is.</summary>
public enum StaleKind
{
    /// <summary>Something that it needs was started after it.</summary>
    Need,

    /// <summary>Its unit file, or a drop-in of it, was changed.</summary>
    Unit,

    /// <summary>The program that it runs was replaced or changed.</summary>
    Program,

    /// <summary>A library that it has loaded was replaced.</summary>
    Library,

    /// <summary>A file that the graph names as its configuration was changed.</summary>
    Config,
}
