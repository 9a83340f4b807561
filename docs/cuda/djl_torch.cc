// The natives of DJL 0.35.1's PyTorch engine that Winnow calls, against whatever libtorch is at hand:
// DJL's own library is built for libtorch 2.7.1 alone. Methods that are missing here end in an
// UnsatisfiedLinkError that names them.
#include <jni.h>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <sstream>
#include <torch/script.h>

using at::Tensor;
using c10::IValue;
using torch::jit::Module;

#define FN(type, name) extern "C" JNIEXPORT type JNICALL Java_ai_djl_pytorch_jni_PyTorchLibrary_##name
#define ARGS JNIEnv *env, jobject

namespace {
constexpr c10::ScalarType TYPES[] = {at::kFloat, at::kDouble, at::kHalf, at::kByte, at::kInt, at::kChar,
                                     at::kLong, at::kBool, at::kComplexFloat, at::ScalarType::Undefined,
                                     at::ScalarType::Undefined, at::kBFloat16};

template <class R, class F> R guarded(JNIEnv *env, R failed, F body) {
  try {
    return body();
  } catch (const c10::Error &e) {
    env->ThrowNew(env->FindClass("ai/djl/engine/EngineException"), e.what_without_backtrace());
  } catch (const std::exception &e) {
    env->ThrowNew(env->FindClass("ai/djl/engine/EngineException"), e.what());
  }
  return failed;
}

template <class F> jlong tensor(JNIEnv *env, F body) {
  return guarded<jlong>(env, 0, [&] { return reinterpret_cast<jlong>(new Tensor(body())); });
}

template <class F> void plain(JNIEnv *env, F body) {
  guarded<int>(env, 0, [&] {
    body();
    return 0;
  });
}

Tensor &at_(jlong handle) { return *reinterpret_cast<Tensor *>(handle); }
IValue &value(jlong handle) { return *reinterpret_cast<IValue *>(handle); }
Module &module(jlong handle) { return *reinterpret_cast<Module *>(handle); }

std::vector<int64_t> longs(JNIEnv *env, jlongArray array) {
  std::vector<int64_t> result(array == nullptr ? 0 : env->GetArrayLength(array));
  if (!result.empty()) {
    env->GetLongArrayRegion(array, 0, result.size(), reinterpret_cast<jlong *>(result.data()));
  }
  return result;
}

jlongArray java(JNIEnv *env, const std::vector<jlong> &values) {
  jlongArray result = env->NewLongArray(values.size());
  env->SetLongArrayRegion(result, 0, values.size(), values.data());
  return result;
}

c10::Device device(JNIEnv *env, jintArray array) {
  jint parts[2];
  env->GetIntArrayRegion(array, 0, 2, parts);
  return c10::Device(static_cast<c10::DeviceType>(parts[0]), static_cast<c10::DeviceIndex>(parts[0] == 0 ? -1 : parts[1]));
}

at::TensorOptions options(JNIEnv *env, jint dtype, jintArray where, jboolean grad) {
  return at::TensorOptions().dtype(TYPES[dtype]).device(device(env, where)).requires_grad(grad == JNI_TRUE);
}

std::string text(JNIEnv *env, jstring string) {
  const char *chars = env->GetStringUTFChars(string, nullptr);
  std::string result(chars);
  env->ReleaseStringUTFChars(string, chars);
  return result;
}
} // namespace

FN(jboolean, torchIsGradMode)(ARGS) { return at::GradMode::is_enabled(); }
FN(void, torchSetGradMode)(ARGS, jboolean on) { at::GradMode::set_enabled(on == JNI_TRUE); }
FN(jint, torchGetNumInteropThreads)(ARGS) { return at::get_num_interop_threads(); }
FN(jint, torchGetNumThreads)(ARGS) { return at::get_num_threads(); }
FN(void, torchSetNumInteropThreads)(ARGS, jint n) { at::set_num_interop_threads(n); }
FN(void, torchSetNumThreads)(ARGS, jint n) { at::set_num_threads(n); }
FN(void, torchSetBenchmarkCuDNN)(ARGS, jboolean on) { at::globalContext().setBenchmarkCuDNN(on == JNI_TRUE); }
FN(void, torchManualSeed)(ARGS, jlong seed) { at::manual_seed(seed); }
FN(void, torchShowConfig)(JNIEnv *env, jobject, jobject set) {
  jmethodID add = env->GetMethodID(env->FindClass("java/util/Set"), "add", "(Ljava/lang/Object;)Z");
  auto say = [&](bool has, const char *name) {
    if (has) {
      env->CallBooleanMethod(set, add, env->NewStringUTF(name));
    }
  };
  say(at::hasCUDA(), "CUDA");
  say(at::hasCUDA(), "CUDNN");
  say(at::hasMKL(), "MKL");
  say(at::hasMKLDNN(), "MKLDNN");
  say(true, "OPENMP");
}

FN(jlongArray, torchSizes)(ARGS, jlong t) {
  auto sizes = at_(t).sizes();
  return java(env, std::vector<jlong>(sizes.begin(), sizes.end()));
}
FN(jbyteArray, torchDataPtr)(ARGS, jlong t) {
  return guarded<jbyteArray>(env, nullptr, [&] {
    Tensor here = at_(t).detach().cpu().contiguous();
    jbyteArray result = env->NewByteArray(here.nbytes());
    env->SetByteArrayRegion(result, 0, here.nbytes(), static_cast<const jbyte *>(here.const_data_ptr()));
    return result;
  });
}
FN(jobject, torchDirectByteBuffer)(ARGS, jlong t) { return env->NewDirectByteBuffer(at_(t).data_ptr(), at_(t).nbytes()); }
FN(jboolean, torchIsContiguous)(ARGS, jlong t) { return at_(t).is_contiguous(); }
FN(jlong, torchToContiguous)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).contiguous(); }); }
FN(jint, torchDType)(ARGS, jlong t) {
  for (int i = 0; i < 12; i++) {
    if (TYPES[i] == at_(t).scalar_type()) {
      return i;
    }
  }
  return 9;
}
FN(jintArray, torchDevice)(ARGS, jlong t) {
  jint parts[] = {static_cast<jint>(at_(t).device().type()), at_(t).device().index()};
  jintArray result = env->NewIntArray(2);
  env->SetIntArrayRegion(result, 0, 2, parts);
  return result;
}
FN(jint, torchLayout)(ARGS, jlong) { return 0; }
FN(jlong, torchTo)(ARGS, jlong t, jint dtype, jintArray where) {
  return tensor(env, [&] { return at_(t).to(device(env, where), TYPES[dtype], false, false); });
}
FN(jlong, tensorClone)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).clone(); }); }
FN(jlong, torchEmpty)(ARGS, jlongArray shape, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] { return at::empty(longs(env, shape), options(env, dtype, where, grad)); });
}
FN(jlong, torchZeros)(ARGS, jlongArray shape, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] { return at::zeros(longs(env, shape), options(env, dtype, where, grad)); });
}
FN(jlong, torchOnes)(ARGS, jlongArray shape, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] { return at::ones(longs(env, shape), options(env, dtype, where, grad)); });
}
FN(jlong, torchFull)(ARGS, jlongArray shape, jdouble fill, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] { return at::full(longs(env, shape), fill, options(env, dtype, where, grad)); });
}
FN(jlong, torchArange)(ARGS, jfloat start, jfloat end, jfloat by, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] { return at::arange(start, end, by, options(env, dtype, where, grad)); });
}
FN(jlong, torchFromBlob)(ARGS, jobject buffer, jlongArray shape, jint dtype, jint, jintArray where, jboolean grad) {
  return tensor(env, [&] {
    auto here = at::from_blob(env->GetDirectBufferAddress(buffer), longs(env, shape), at::TensorOptions().dtype(TYPES[dtype]));
    auto there = device(env, where);
    return (there.is_cpu() ? here : here.to(there)).set_requires_grad(grad == JNI_TRUE);
  });
}
FN(void, torchSet)(ARGS, jlong t, jobject buffer) {
  plain(env, [&] {
    at::NoGradGuard none;
    at_(t).copy_(at::from_blob(env->GetDirectBufferAddress(buffer), at_(t).sizes(), at::TensorOptions().dtype(at_(t).scalar_type())));
  });
}
FN(void, torchDeleteTensor)(ARGS, jlong t) { delete reinterpret_cast<Tensor *>(t); }
FN(void, torchDeleteModule)(ARGS, jlong m) { delete reinterpret_cast<Module *>(m); }
FN(void, torchDeleteIValue)(ARGS, jlong v) { delete reinterpret_cast<IValue *>(v); }

#define BINARY(name, expr) \
  FN(jlong, name)(ARGS, jlong left, jlong right) { return tensor(env, [&] { Tensor &a = at_(left), &b = at_(right); return expr; }); }
#define IN_PLACE(name, expr) \
  FN(void, name)(ARGS, jlong left, jlong right) { plain(env, [&] { Tensor &a = at_(left), &b = at_(right); expr; }); }
#define UNARY(name, expr) \
  FN(jlong, name)(ARGS, jlong only) { return tensor(env, [&] { Tensor &a = at_(only); return expr; }); }
BINARY(torchAdd, a.add(b)) BINARY(torchSub, a.sub(b)) BINARY(torchMul, a.mul(b)) BINARY(torchTrueDivide, a.true_divide(b))
BINARY(torchMatmul, a.matmul(b)) BINARY(torchPow, a.pow(b)) BINARY(torchMaximum, at::max(a, b)) BINARY(torchMinimum, at::min(a, b))
BINARY(torchEq, a.eq(b)) BINARY(torchGt, a.gt(b)) BINARY(torchLt, a.lt(b)) BINARY(torchGte, a.ge(b)) BINARY(torchLte, a.le(b))
IN_PLACE(torchAddi, a.add_(b)) IN_PLACE(torchSubi, a.sub_(b)) IN_PLACE(torchMuli, a.mul_(b)) IN_PLACE(torchTrueDividei, a.div_(b))
UNARY(torchAbs, a.abs()) UNARY(torchSquare, a.square()) UNARY(torchExp, a.exp()) UNARY(torchLog, a.log()) UNARY(torchSqrt, a.sqrt())
UNARY(torchNeg, a.neg()) UNARY(torchIsNaN, a.isnan()) UNARY(torchIsInf, a.isinf()) UNARY(torchDetachGrad, a.detach())
UNARY(torchAll, a.all()) UNARY(torchAny, a.any()) UNARY(torchLogicalNot, a.logical_not())

FN(jlong, torchReshape)(ARGS, jlong t, jlongArray shape) { return tensor(env, [&] { return at_(t).reshape(longs(env, shape)); }); }
FN(jlong, torchPermute)(ARGS, jlong t, jlongArray order) { return tensor(env, [&] { return at_(t).permute(longs(env, order)); }); }
FN(jlong, torchTranspose)(ARGS, jlong t, jlong a, jlong b) { return tensor(env, [&] { return at_(t).transpose(a, b); }); }
FN(jlong, torchSlice)(ARGS, jlong t, jlong dim, jlong from, jlong end, jlong by) {
  return tensor(env, [&] { return at_(t).slice(dim, from, end, by); });
}
FN(jlong, torchStack)(ARGS, jlongArray all, jlong dim) {
  return tensor(env, [&] {
    std::vector<Tensor> parts;
    for (auto t : longs(env, all)) parts.push_back(at_(t));
    return at::stack(parts, dim);
  });
}
FN(jlong, torchCat)(ARGS, jlongArray all, jlong dim) {
  return tensor(env, [&] {
    std::vector<Tensor> parts;
    for (auto t : longs(env, all)) parts.push_back(at_(t));
    return at::cat(parts, dim);
  });
}
FN(jlong, torchSum__J)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).sum(); }); }
FN(jlong, torchSum__J_3JZ)(ARGS, jlong t, jlongArray dims, jboolean keep) {
  return tensor(env, [&] { return at_(t).sum(longs(env, dims), keep == JNI_TRUE); });
}
FN(jlong, torchMax__J)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).max(); }); }
FN(jlong, torchMin__J)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).min(); }); }
FN(jlong, torchMean__J)(ARGS, jlong t) { return tensor(env, [&] { return at_(t).mean(); }); }
FN(jlong, torchUnsqueeze)(ARGS, jlong t, jlong dim) { return tensor(env, [&] { return at_(t).unsqueeze(dim); }); }
FN(jlong, torchSqueeze__JJ)(ARGS, jlong t, jlong dim) { return tensor(env, [&] { return at_(t).squeeze(dim); }); }
FN(jboolean, contentEqual)(ARGS, jlong a, jlong b) { return guarded<jboolean>(env, false, [&] { return at_(a).equal(at_(b)); }); }
FN(jboolean, torchRequiresGrad)(ARGS, jlong t) { return at_(t).requires_grad(); }
FN(void, torchAttachGrad)(ARGS, jlong t, jboolean on) { at_(t).requires_grad_(on == JNI_TRUE); }

// Indices: as many as a Java NDIndex has, kept as torch's own
using Indices = std::vector<at::indexing::TensorIndex>;
FN(jlong, torchIndexInit)(ARGS, jint n) {
  auto *indices = new Indices();
  indices->reserve(n);
  return reinterpret_cast<jlong>(indices);
}
FN(void, torchDeleteIndex)(ARGS, jlong i) { delete reinterpret_cast<Indices *>(i); }
FN(void, torchIndexAppendNoneEllipsis)(ARGS, jlong i, jboolean ellipsis) {
  if (ellipsis == JNI_TRUE) {
    reinterpret_cast<Indices *>(i)->emplace_back(at::indexing::Ellipsis);
  } else {
    reinterpret_cast<Indices *>(i)->emplace_back(at::indexing::None);
  }
}
FN(void, torchIndexAppendFixed)(ARGS, jlong i, jlong at) { reinterpret_cast<Indices *>(i)->emplace_back(static_cast<int64_t>(at)); }
FN(void, torchIndexAppendSlice)(ARGS, jlong i, jlong from, jlong end, jlong by, jint open) {
  using at::indexing::None;
  using at::indexing::Slice;
  reinterpret_cast<Indices *>(i)->emplace_back(
      open == 0 ? Slice(from, end, by) : open == 1 ? Slice(from, None, by) : open == 2 ? Slice(None, end, by) : Slice(None, None, by));
}
FN(void, torchIndexAppendArray)(ARGS, jlong i, jlong t) { reinterpret_cast<Indices *>(i)->emplace_back(at_(t)); }
FN(jlong, torchIndexAdvGet)(ARGS, jlong t, jlong i) {
  return tensor(env, [&] { return at_(t).index(*reinterpret_cast<Indices *>(i)); });
}
FN(jlong, torchIndex)(ARGS, jlong t, jlongArray from, jlongArray end, jlongArray by) {
  return tensor(env, [&] {
    auto a = longs(env, from), b = longs(env, end), c = longs(env, by);
    Tensor result = at_(t);
    for (size_t d = 0; d < a.size(); d++) result = result.slice(d, a[d], b[d], c[d]);
    return result;
  });
}
FN(void, torchIndexPut)(ARGS, jlong t, jlong what, jlongArray from, jlongArray end, jlongArray by) {
  plain(env, [&] {
    auto a = longs(env, from), b = longs(env, end), c = longs(env, by);
    Tensor result = at_(t);
    for (size_t d = 0; d < a.size(); d++) result = result.slice(d, a[d], b[d], c[d]);
    result.copy_(at_(what));
  });
}
FN(jlong, torchGetItem__JJ)(ARGS, jlong t, jlong i) { return tensor(env, [&] { return at_(t).select(0, i); }); }
FN(jlong, torchGetItem__J_3J)(ARGS, jlong t, jlongArray at) {
  return tensor(env, [&] {
    Tensor result = at_(t);
    for (auto i : longs(env, at)) result = result.select(0, i);
    return result;
  });
}

// Modules
FN(jlong, moduleLoad__Ljava_io_InputStream_2_3IZ_3BJ)(ARGS, jobject stream, jintArray where, jboolean, jbyteArray buffer, jlong) {
  return guarded<jlong>(env, 0, [&]() -> jlong {
    jmethodID read = env->GetMethodID(env->GetObjectClass(stream), "read", "([BII)I");
    jint room = env->GetArrayLength(buffer);
    std::string bytes;
    std::vector<char> part(room);
    for (;;) {
      jint n = env->CallIntMethod(stream, read, buffer, 0, room);
      if (env->ExceptionCheck()) {
        return 0;
      }
      if (n < 0) {
        break;
      }
      env->GetByteArrayRegion(buffer, 0, n, reinterpret_cast<jbyte *>(part.data()));
      bytes.append(part.data(), n);
    }
    std::istringstream in(bytes);
    return reinterpret_cast<jlong>(new Module(torch::jit::load(in, device(env, where))));
  });
}
FN(void, moduleEval)(ARGS, jlong m) { plain(env, [&] { module(m).eval(); }); }
FN(void, moduleTrain)(ARGS, jlong m) { plain(env, [&] { module(m).train(true); }); }
FN(jobjectArray, moduleGetMethodNames)(ARGS, jlong m) {
  auto methods = module(m).get_methods();
  jobjectArray result = env->NewObjectArray(methods.size(), env->FindClass("java/lang/String"), nullptr);
  for (size_t i = 0; i < methods.size(); i++) {
    env->SetObjectArrayElement(result, i, env->NewStringUTF(methods[i].name().c_str()));
  }
  return result;
}
FN(jlong, moduleRunMethod)(ARGS, jlong m, jstring name, jlongArray arguments, jboolean train, jboolean) {
  return guarded<jlong>(env, 0, [&] {
    std::vector<IValue> inputs;
    for (auto v : longs(env, arguments)) inputs.push_back(value(v));
    auto method = module(m).get_method(text(env, name));
    if (train == JNI_TRUE) {
      return reinterpret_cast<jlong>(new IValue(method(std::move(inputs))));
    }
    c10::InferenceMode none;
    return reinterpret_cast<jlong>(new IValue(method(std::move(inputs))));
  });
}
FN(void, setGraphExecutorOptimize)(ARGS, jboolean on) { torch::jit::setGraphExecutorOptimize(on == JNI_TRUE); }

// Values
FN(jlong, iValueFromTensor)(ARGS, jlong t) { return reinterpret_cast<jlong>(new IValue(at_(t))); }
FN(jlong, iValueFromLong)(ARGS, jlong n) { return reinterpret_cast<jlong>(new IValue(static_cast<int64_t>(n))); }
FN(jlong, iValueFromDouble)(ARGS, jdouble x) { return reinterpret_cast<jlong>(new IValue(x)); }
FN(jlong, iValueFromBool)(ARGS, jboolean b) { return reinterpret_cast<jlong>(new IValue(b == JNI_TRUE)); }
FN(jlong, iValueFromString)(ARGS, jstring s) { return reinterpret_cast<jlong>(new IValue(text(env, s))); }
FN(jlong, iValueFromTensorList)(ARGS, jlongArray all) {
  c10::List<Tensor> list;
  for (auto t : longs(env, all)) list.push_back(at_(t));
  return reinterpret_cast<jlong>(new IValue(list));
}
FN(jlong, iValueToTensor)(ARGS, jlong v) { return tensor(env, [&] { return value(v).toTensor(); }); }
FN(jlong, iValueToLong)(ARGS, jlong v) { return value(v).toInt(); }
FN(jdouble, iValueToDouble)(ARGS, jlong v) { return value(v).toDouble(); }
FN(jboolean, iValueToBool)(ARGS, jlong v) { return value(v).toBool(); }
FN(jstring, iValueToString)(ARGS, jlong v) { return env->NewStringUTF(value(v).toStringRef().c_str()); }
FN(jlongArray, iValueToTensorList)(ARGS, jlong v) {
  std::vector<jlong> all;
  for (const auto &t : value(v).toTensorVector()) all.push_back(reinterpret_cast<jlong>(new Tensor(t)));
  return java(env, all);
}
FN(jlongArray, iValueToIValueList)(ARGS, jlong v) {
  std::vector<jlong> all;
  for (const auto &x : value(v).toListRef()) all.push_back(reinterpret_cast<jlong>(new IValue(x)));
  return java(env, all);
}
FN(jlongArray, iValueToIValueTuple)(ARGS, jlong v) {
  std::vector<jlong> all;
  for (const auto &x : value(v).toTupleRef().elements()) all.push_back(reinterpret_cast<jlong>(new IValue(x)));
  return java(env, all);
}
FN(jlongArray, iValueToMap)(ARGS, jlong v) {
  std::vector<jlong> all;
  for (const auto &e : value(v).toGenericDict()) {
    all.push_back(reinterpret_cast<jlong>(new IValue(e.key())));
    all.push_back(reinterpret_cast<jlong>(new IValue(e.value())));
  }
  return java(env, all);
}
FN(jstring, iValueGetType)(ARGS, jlong v) { return env->NewStringUTF(value(v).type()->str().c_str()); }
FN(jboolean, iValueIsTensor)(ARGS, jlong v) { return value(v).isTensor(); }
FN(jboolean, iValueIsBool)(ARGS, jlong v) { return value(v).isBool(); }
FN(jboolean, iValueIsLong)(ARGS, jlong v) { return value(v).isInt(); }
FN(jboolean, iValueIsDouble)(ARGS, jlong v) { return value(v).isDouble(); }
FN(jboolean, iValueIsString)(ARGS, jlong v) { return value(v).isString(); }
FN(jboolean, iValueIsBoolList)(ARGS, jlong v) { return value(v).isBoolList(); }
FN(jboolean, iValueIsLongList)(ARGS, jlong v) { return value(v).isIntList(); }
FN(jboolean, iValueIsDoubleList)(ARGS, jlong v) { return value(v).isDoubleList(); }
FN(jboolean, iValueIsTensorList)(ARGS, jlong v) { return value(v).isTensorList(); }
FN(jboolean, iValueIsList)(ARGS, jlong v) { return value(v).isList(); }
FN(jboolean, iValueIsTuple)(ARGS, jlong v) { return value(v).isTuple(); }
FN(jboolean, iValueIsMap)(ARGS, jlong v) { return value(v).isGenericDict(); }
