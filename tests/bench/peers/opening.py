# SPDX-License-Identifier: Apache-2.0
"""How does each engine open a network and run it? Called in a process of the engine's own, already pinned to its processors;
each function returns (run, result): `run()` is one inference and nothing else, `result()` its output."""
import ctypes

import numpy as np


def aligned(count, dtype=np.float32, bytes_=64):
    memory = np.zeros(count * np.dtype(dtype).itemsize + bytes_, np.uint8)
    start = -memory.ctypes.data % bytes_
    return memory[start:start + count * np.dtype(dtype).itemsize].view(dtype)


def open_mncc(engine, folder, build, image, threads):
    """The object, linked with the runtime's pool into a library, called as a C program would."""
    library = ctypes.CDLL(str(build / "network.so"))
    source, output = aligned(image.size, image.dtype), aligned(library.bench_output_elements(), image.dtype)
    source[:] = image.ravel()
    if library.bench_start() != 0:
        raise SystemExit("mncc: this processor lacks the row's instructions, or threads are lacking")
    # These pointers keep their arrays alive.
    arguments = source.ctypes.data_as(ctypes.c_void_p), output.ctypes.data_as(ctypes.c_void_p)
    call = library.bench_run
    return lambda: call(*arguments), lambda: output


def network_file(engine, folder, ending):
    return str(folder / ("network_int8" if engine.is_quantized else "network")) + ending


def open_litert(engine, folder, build, image, threads):
    from ai_edge_litert.interpreter import Interpreter
    interpreter = Interpreter(network_file(engine, folder, ".tflite"), num_threads=threads)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
    index = interpreter.get_output_details()[0]["index"]
    return interpreter.invoke, lambda: interpreter.get_tensor(index)


def open_onnxruntime(engine, folder, build, image, threads):
    """Input and output are bound once, so that a run copies nothing in Python."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(network_file(engine, folder, ".onnx"), options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, np.ascontiguousarray(image.transpose(0, 3, 1, 2)))
    binding.bind_output(session.get_outputs()[0].name)
    return lambda: session.run_with_iobinding(binding), lambda: binding.copy_outputs_to_cpu()[0]


def open_openvino(engine, folder, build, image, threads):
    """Its int8 is that of the TFLite file, NHWC."""
    import openvino
    model = openvino.Core().compile_model(network_file(engine, folder, ".tflite" if engine.is_quantized else ".onnx"), "CPU", {
        "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"})
    request = model.create_infer_request()
    planes = image if engine.is_quantized else np.ascontiguousarray(image.transpose(0, 3, 1, 2))
    request.set_input_tensor(openvino.Tensor(planes))
    return lambda: request.infer(share_outputs=True), lambda: request.get_output_tensor().data


def open_ncnn(engine, folder, build, image, threads):
    import ncnn
    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = False
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
    if net.load_param(str(folder / "network.ncnn.param")) or net.load_model(str(folder / "network.ncnn.bin")):
        raise SystemExit("ncnn: cannot load its files")
    # A Mat does not keep alive the array that it looks at; its copy needs none.
    planes = np.ascontiguousarray(image[0].transpose(2, 0, 1))
    source = ncnn.Mat(planes).clone()
    last = []

    def run():
        extractor = net.create_extractor()
        extractor.input("in0", source)
        last[:] = extractor.extract("out0")

    return run, lambda: np.array(last[1])


OPEN = {"mncc": open_mncc, "litert": open_litert, "onnxruntime": open_onnxruntime, "openvino": open_openvino, "ncnn": open_ncnn}


def open_engine(engine, folder, build, image, threads):
    """`folder` holds the network's files, `build` what build.py made of it for as many threads."""
    return OPEN[engine.name](engine, folder, build / engine.precision, image, threads)
