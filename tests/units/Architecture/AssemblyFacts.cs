using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OpsRestart.Tests.Units.Architecture;

/// <summary>
/// What each type of an assembly uses: types in bases, members, bodies and attributes, and the members that it calls. Read from the file,
/// so that what is checked is what ships. Compiler-made and nested types count as their outermost type.
/// </summary>
internal sealed class AssemblyFacts
{
    private readonly MetadataReader _reader;
    private readonly PEReader _file;

    /// <summary>For each type: the full names of types it uses, and of members as <c>Type::Member</c>.</summary>
    public Dictionary<string, HashSet<string>> Uses { get; } = [];

    public IReadOnlyList<string> References { get; }

    private AssemblyFacts(PEReader file)
    {
        _file = file;
        _reader = file.GetMetadataReader();
        References = [.. _reader.AssemblyReferences.Select(h => _reader.GetString(_reader.GetAssemblyReference(h).Name))];
        foreach (var handle in _reader.TypeDefinitions)
        {
            Collect(handle);
        }
    }

    public static AssemblyFacts Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return new AssemblyFacts(file);
    }

    private void Collect(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var uses = Uses.TryGetValue(TypeNames.Name(_reader, handle), out var known) ? known : Uses[TypeNames.Name(_reader, handle)] = [];
        Add(uses, type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            Add(uses, _reader.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (var field in type.GetFields())
        {
            uses.UnionWith(_reader.GetFieldDefinition(field).DecodeSignature(TypeNames.Instance, null));
        }

        foreach (var attribute in type.GetCustomAttributes())
        {
            Add(uses, _reader.GetCustomAttribute(attribute).Constructor);
        }

        foreach (var method in type.GetMethods())
        {
            Collect(uses, _reader.GetMethodDefinition(method));
        }
    }

    private void Collect(HashSet<string> uses, MethodDefinition method)
    {
        uses.UnionWith(TypeNames.Of(method.DecodeSignature(TypeNames.Instance, null)));
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            uses.UnionWith(
                _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(TypeNames.Instance, null).SelectMany(static l => l)
            );
        }

        foreach (var token in IlReader.Tokens(body.GetILReader()))
        {
            Add(uses, token);
        }
    }

    private void Add(HashSet<string> uses, EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                uses.Add(TypeNames.Name(_reader, (TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                uses.Add(TypeNames.Name(_reader, (TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                uses.UnionWith(TypeNames.Instance.GetTypeFromSpecification(_reader, null, (TypeSpecificationHandle)handle, 0));
                break;
            case HandleKind.MethodDefinition:
                Add(uses, _reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(uses, _reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                AddGeneric(uses, _reader.GetMethodSpecification((MethodSpecificationHandle)handle));
                break;
            case HandleKind.MemberReference:
                AddMember(uses, _reader.GetMemberReference((MemberReferenceHandle)handle));
                break;
        }
    }

    private void AddGeneric(HashSet<string> uses, MethodSpecification method)
    {
        Add(uses, method.Method);
        uses.UnionWith(method.DecodeSignature(TypeNames.Instance, null).SelectMany(static t => t));
    }

    private void AddMember(HashSet<string> uses, MemberReference member)
    {
        // The compiler itself asks for the thread's id in every iterator.
        if (_reader.StringComparer.Equals(member.Name, "get_CurrentManagedThreadId"))
        {
            return;
        }

        Add(uses, member.Parent);
        if (member.Parent.Kind == HandleKind.TypeReference)
        {
            uses.Add($"{TypeNames.Name(_reader, (TypeReferenceHandle)member.Parent)}::{_reader.GetString(member.Name)}");
        }

        uses.UnionWith(
            member.GetKind() == MemberReferenceKind.Method
                ? TypeNames.Of(member.DecodeMethodSignature(TypeNames.Instance, null))
                : member.DecodeFieldSignature(TypeNames.Instance, null)
        );
    }
}
